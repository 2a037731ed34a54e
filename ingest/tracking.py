"""Parameters of an address that say how a reader came, never which article is meant. From general knowledge.

Identity parameters (id, p, article, ...) and words that serve as both somewhere (source, from, uid, cid, eid, session)
stay: a wrong fold loses an article, a missed one costs one fetch, which the page's rel=canonical then mends.
"""

from __future__ import annotations

from typing import Final

PREFIXES: Final = (
    "utm_",  # Google Analytics and everybody who speaks its dialect
    "mtm_", "matomo_", "pk_", "piwik_",  # Matomo
    "at_",  # AT Internet / Piano (at_medium, at_campaign, ...)
    "ns_",  # comScore (ns_source, ns_mchannel, ns_campaign, ...)
    "wt_",  # Webtrekk / Mapp in German newsrooms (wt_mc, wt_zmc, wt_t)
    "mc_",  # Mailchimp (mc_cid, mc_eid)
    "hsa_", "__hs", "_hs",  # HubSpot
    "ga_", "_ga",  # Google Analytics client ids
    "itm_",  # internal teasers
    "vero_", "oly_", "mkt_", "ml_subscriber",  # newsletter senders
)  # fmt: skip
NAMES: Final = frozenset({
    "fbclid", "gclid", "gclsrc", "dclid", "gbraid", "wbraid", "msclkid", "yclid", "ysclid", "twclid", "ttclid",
    "igsh", "igshid", "li_fat_id", "rdt_cid", "epik",  # click ids of ad and social networks
    "xtor", "xtref", "xts",  # AT Internet, older form
    "wtmc", "wt.mc", "wt.zmc", "wt.mc_id", "wt.rss_f", "wt.rss_a",  # Webtrekk, Webtrends
    "cmpid", "cmp_id", "icid", "ito", "ocid", "mod_id", "smid", "smtyp", "taid", "sref", "ncid", "sfnsn",
    "s_cid", "s_kwcid", "ref_src", "ref_url", "refsrc", "referrer", "referer", "ftcamp", "intcmp", "int_cmp",
    "dicbo", "guccounter", "guce_referrer", "guce_referrer_sig", "soc_src", "soc_trk",
    "spm", "mkwid", "zanpid", "trk", "trkcampaign", "wprov", "__twitter_impression", "_branch_match_id",
})  # fmt: skip
# Parameters that are tracking only with these values; any other value may name the article.
VALUES: Final = {
    "ref": frozenset({"rss", "rss_feed", "feed", "rssfeed", "twitter", "facebook", "newsletter", "share", "home"}),
    "source": frozenset({"rss", "feed", "rssfeed"}),
    "src": frozenset({"rss", "feed"}),
    "from": frozenset({"rss", "feed", "rssfeed"}),
    "via": frozenset({"rss", "feed"}),
    "cid": frozenset({"rss", "rssfeed"}),
    "partner": frozenset({"rss", "feedburner"}),
    "feature": frozenset({"rss"}),
    "rss": frozenset({"", "1", "true", "yes"}),
    "cmp": frozenset({"rss", "feed", "share_btn_tw", "share_btn_fb", "share_btn_url"}),
}


def is_tracking(part: str) -> bool:
    """Whether one `name=value` of a query only says how a reader came. Case of the name does not count."""
    name, _, value = part.partition("=")
    name = name.lower()
    if name in NAMES or name.startswith(PREFIXES):
        return True
    values = VALUES.get(name)
    return values is not None and value.lower() in values
