"""The statements, as text. Named parameters (`:name`), so that the same text runs through any driver or SQLAlchemy.

Lists of keys travel as one JSON parameter (`json_each`): one prepared statement whatever their number.
"""

from __future__ import annotations

# --- candidates and evidence ----------------------------------------------------------------------------------------

# A list is read up to `cap` postings and one more, however long it is.
POSTED = """
    SELECT p.band, p.text_id FROM json_each(:bands) AS wanted CROSS JOIN posting AS p ON p.band = wanted.value
        AND p.text_id <= coalesce(
            (SELECT text_id FROM posting WHERE band = wanted.value ORDER BY text_id LIMIT 1 OFFSET :cap), 1 << 62)"""
STORIES_OF_TEXTS = "SELECT id, story_id FROM text WHERE id IN (SELECT value FROM json_each(?))"
TEXT_ID = "SELECT id FROM text WHERE sha256 = ?"
TEXTS = """
    SELECT t.id, t.sha256, t.words, f.shingles, f.features, t.story_id, t.first_seen, t.sketch
    FROM json_each(?) AS wanted CROSS JOIN text AS t ON t.id = wanted.value JOIN fingerprint AS f ON f.text_id = t.id"""
# The first articles that carry or carried each text. Ten thousand copies of one stub must not come along every time.
CARRIERS = """
    SELECT wanted.value, a.outlet, a.url, a.published, a.language, a.seed
    FROM json_each(:ids) AS wanted
    CROSS JOIN revision AS r ON r.text_id = wanted.value AND r.article_id IN
        (SELECT article_id FROM revision WHERE text_id = wanted.value ORDER BY article_id LIMIT :most)
    JOIN article AS a ON a.id = r.article_id
    ORDER BY wanted.value, a.id, r.n"""
BODIES = "SELECT text_id, dictionary_id, frame FROM body WHERE text_id IN (SELECT value FROM json_each(?))"
FREQUENCY_PAGES = "SELECT page, articles, halved, cells FROM frequency_page"
FREQUENCY_LOG = "SELECT articles, lengths, shingles FROM frequency_log ORDER BY articles"
COUNTED = "SELECT coalesce(max(articles), 0) FROM frequency_log"
# Two recursive arms, each over its own index; one arm with OR would scan the table at every step.
REACHED = """
    WITH RECURSIVE reached(id) AS (
        SELECT value FROM json_each(:ids)
        UNION SELECT link.b FROM reached CROSS JOIN link ON link.a = reached.id WHERE link.linked
        UNION SELECT link.a FROM reached CROSS JOIN link ON link.b = reached.id AND link.linked = 1)
    SELECT text.id, text.story_id, text.sha256 FROM reached CROSS JOIN text ON text.id = reached.id ORDER BY text.id"""
LINK_COLUMNS = "a, b, linked, rule, score, containment_a, containment_b, jaccard, shared, version"
# The plus keeps the planner from seeking every pair of ids: ten times slower for a component of 1,000 texts.
LINKS_AMONG = f"""
    WITH wanted(id) AS MATERIALIZED (SELECT value FROM json_each(:ids))
    SELECT {LINK_COLUMNS} FROM wanted CROSS JOIN link ON link.a = wanted.id
    WHERE +link.b IN (SELECT id FROM wanted)"""  # noqa: S608 -- our own column list
LINKS_OF = f"""
    WITH wanted(id) AS MATERIALIZED (SELECT value FROM json_each(:ids))
    SELECT {LINK_COLUMNS} FROM wanted CROSS JOIN link ON link.a = wanted.id
    UNION SELECT {LINK_COLUMNS} FROM wanted CROSS JOIN link ON link.b = wanted.id ORDER BY 1, 2"""  # noqa: S608 -- our own column list
SAMPLE_ENDS = """
    SELECT a.text_id FROM story AS s JOIN article AS a ON a.id = s.canonical_id WHERE s.id = :story
    UNION ALL SELECT min(id) FROM text WHERE story_id = :story
    UNION ALL SELECT max(id) FROM text WHERE story_id = :story"""
SAMPLE_SPREAD = "SELECT id FROM text WHERE story_id = ? ORDER BY sha256 LIMIT ?"
MEMBER_COLUMNS = """
    a.id, a.url, a.text_id, t.sha256, a.story_id, a.outlet, a.language, a.published, a.published_from, a.first_seen,
    a.words, a.free, a.seed, a.agency, a.agency_id, a.on_topic, a.on_topic_from, s.canonical_id = a.id, a.relation,
    t.sketch, coalesce((SELECT partial FROM provenance WHERE article_id = a.id), 0)"""
MEMBERS = f"""
    SELECT {MEMBER_COLUMNS}
    FROM json_each(?) AS wanted CROSS JOIN article AS a ON a.story_id = wanted.value
    JOIN text AS t ON t.id = a.text_id JOIN story AS s ON s.id = a.story_id ORDER BY a.story_id, a.id"""  # noqa: S608 -- our own column list
BESIDE_CANONICAL = f"""
    SELECT {MEMBER_COLUMNS}
    FROM story AS s CROSS JOIN article AS a ON a.id IN (s.canonical_id, ?) AND a.story_id = s.id
    JOIN text AS t ON t.id = a.text_id WHERE s.id = ? ORDER BY a.id"""  # noqa: S608 -- our own column list
ARTICLES_AT = """
    SELECT d.key, a.id, a.url, a.text_id, a.story_id, a.revisions, a.title, a.outlet, a.on_topic, a.seed, a.agency,
        a.agency_id, (SELECT credit FROM provenance WHERE article_id = a.id)
    FROM address AS d JOIN article AS a ON a.id = d.article_id
    WHERE d.key IN (SELECT value FROM json_each(?))"""
# When the articles of a story were counted: each with its first revision, of which there is one for every count.
FIRST_COUNTED = """
    SELECT revision.id / :span, count(*) FROM article CROSS JOIN revision ON revision.article_id = article.id
    WHERE article.story_id = :story AND revision.n = 1 GROUP BY 1"""
NEWEST_REVISION = "SELECT coalesce(max(id), 0) FROM revision"
STORY_SIZES = "SELECT id, articles, outlets FROM story WHERE id IN (SELECT value FROM json_each(?))"

# --- placing --------------------------------------------------------------------------------------------------------

ADD_TEXT = "INSERT INTO text (sha256, words, first_seen, story_id, sketch) VALUES (?, ?, ?, ?, ?)"
ADD_FINGERPRINT = "INSERT INTO fingerprint (text_id, shingles, features) VALUES (?, ?, ?)"
ADD_BODY = "INSERT INTO body (text_id, frame) VALUES (?, ?)"
ADD_POSTING = "INSERT INTO posting (band, text_id) VALUES (?, ?)"
LOG_FREQUENCIES = "INSERT INTO frequency_log (articles, lengths, shingles) VALUES (?, ?, ?)"
WRITE_FREQUENCY_PAGE = "INSERT OR REPLACE INTO frequency_page (page, articles, halved, cells) VALUES (?, ?, ?, ?)"
# The newest row stays: it says how many articles were counted.
FORGET_FREQUENCY_LOG = "DELETE FROM frequency_log WHERE articles < ?"
ADD_LINK = f"""
    INSERT INTO link ({LINK_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (a, b) DO UPDATE SET linked = excluded.linked, rule = excluded.rule, score = excluded.score,
        containment_a = excluded.containment_a, containment_b = excluded.containment_b, jaccard = excluded.jaccard,
        shared = excluded.shared, version = excluded.version"""  # noqa: S608 -- our own column list
# Canonical 0 is no article: the transaction cannot end before the canonical article is set.
ADD_STORY = """
    INSERT INTO story (canonical_id, canonical_reason, created, title, articles, outlets, newest, last_seen)
    VALUES (0, '', :at, '', 0, 0, :at, :at)"""
MOVE_TEXT = "UPDATE text SET story_id = :story WHERE id = :text AND story_id <> :story"
MOVE_ARTICLES = "UPDATE article SET story_id = :story WHERE text_id = :text AND story_id <> :story"
MERGE_ARTICLES = "UPDATE article SET story_id = :into WHERE story_id = :story"
MERGE_TEXTS = "UPDATE text SET story_id = :into WHERE story_id = :story"
MERGE_STORY = """
    UPDATE story SET canonical_id = NULL, canonical_reason = '', merged_into = :into, last_seen = max(last_seen, :at)
    WHERE id = :story"""
# A redirect always names a live story: one step, never a chain.
MERGE_REDIRECTS = "UPDATE story SET merged_into = :into WHERE merged_into = :story"
LIVE_STORY = "SELECT coalesce(merged_into, id) FROM story WHERE id = ?"
# Who stood for a redirect is what its last merge says.
REDIRECTS = """
    SELECT s.id, s.merged_into, a.text_id FROM json_each(?) AS wanted
    CROSS JOIN story AS s ON s.merged_into = wanted.value
    JOIN decision AS d ON d.id = (
        SELECT max(id) FROM decision WHERE kind = 'merged' AND other_story_id = s.id AND story_id IN (
            SELECT id FROM story WHERE id = s.merged_into OR merged_into = s.merged_into))
    JOIN article AS a ON a.id = d.article_id ORDER BY s.id"""
# As a story again it begins like a new one, see ADD_STORY.
REDIRECT = """
    UPDATE story SET merged_into = :into, canonical_id = CASE WHEN :into IS NULL THEN 0 END WHERE id = :story"""
ADD_ARTICLE = """
    INSERT INTO article (url, text_id, story_id, title, authors, published, published_from, modified, first_seen,
        last_seen, language, outlet, owner, source, free, seed, agency, agency_id, words, on_topic, on_topic_from,
        topic_hits, canonical_claim, revisions, relation, ordering, copied_share, canonical_share)
    VALUES (:url, :text_id, :story_id, :title, :authors, :published, :published_from, :modified, :at,
        :at, :language, :outlet, :owner, :source, :free, :seed, :agency, :agency_id, :words, :on_topic, :on_topic_from,
        :topic_hits, :canonical_claim, 1, 'rewrite', 'unknown', 0, 0)"""
# Where and when the article was first met stays; a date once known is not lost because a later page does not say it.
REVISE_ARTICLE = """
    UPDATE article SET text_id = :text_id, story_id = (SELECT story_id FROM text WHERE id = :text_id),
        title = :title, authors = :authors, published = coalesce(:published, published),
        published_from = CASE WHEN :published IS NULL THEN published_from ELSE :published_from END,
        modified = coalesce(:modified, modified), last_seen = max(last_seen, :at),
        language = coalesce(:language, language),
        outlet = :outlet, owner = :owner, source = coalesce(source, :source), free = :free, seed = max(seed, :seed),
        agency = :agency, agency_id = :agency_id, words = :words, on_topic = :on_topic,
        on_topic_from = :on_topic_from, topic_hits = :topic_hits, canonical_claim = :canonical_claim,
        revisions = revisions + 1
    WHERE id = :article_id RETURNING revisions"""
FORGET_PROVENANCE = "DELETE FROM provenance WHERE article_id = ?"
FORGET_FED = "DELETE FROM fed WHERE article_id = ?"
SET_FED = "INSERT INTO fed (article_id) VALUES (?)"
SET_PROVENANCE = """
    INSERT INTO provenance (article_id, kind, credit, agencies, based_on, partial)
    VALUES (:article_id, :kind, :credit, :agencies, :based_on, :partial)"""
CLOSE_REVISION = """
    UPDATE revision SET seen_to = (SELECT last_seen FROM article WHERE id = :article_id)
    WHERE article_id = :article_id AND seen_to IS NULL"""
ADD_REVISION = """
    INSERT INTO revision (article_id, n, text_id, title, seen_from, changes, furniture)
    VALUES (:article_id, :n, :text_id, :title, :at, :changes, :furniture)"""
ADD_ADDRESS = "INSERT INTO address (key, article_id) VALUES (?, ?) ON CONFLICT (key) DO NOTHING"
TAKE_ADDRESS = """
    INSERT INTO address (key, article_id) VALUES (?, ?)
    ON CONFLICT (key) DO UPDATE SET article_id = excluded.article_id"""
ADD_URL = "INSERT INTO article_url (url, article_id) VALUES (?, ?) ON CONFLICT DO NOTHING"
# Only where the address leads to this article: a URL is never claimed for two.
ADD_URL_OF_ADDRESS = """
    INSERT INTO article_url (url, article_id) SELECT :url, article_id FROM address
    WHERE key = :key AND article_id = :article_id ON CONFLICT DO NOTHING"""
SEE_ARTICLE = "UPDATE article SET last_seen = max(last_seen, :at) WHERE id = :article_id RETURNING story_id"
SEE_STORY = "UPDATE story SET last_seen = max(last_seen, :at) WHERE id = :story"
STORY_OF_ARTICLE = "SELECT story_id FROM article WHERE id = ?"
SET_CANONICAL = "UPDATE story SET canonical_id = :article_id, canonical_reason = :reason WHERE id = :story"
# A former canonical article, or one that came from another story.
UNSET_CANONICAL = """
    UPDATE article SET relation = 'rewrite', ordering = 'unknown', copied_share = 0, canonical_share = 0
    WHERE story_id = :story AND relation = 'canonical'
        AND id <> (SELECT canonical_id FROM story WHERE id = :story)"""
BE_CANONICAL = """
    UPDATE article SET relation = 'canonical', ordering = 'same', copied_share = 1, canonical_share = 1
    WHERE id = :article_id"""
SET_RELATION = """
    UPDATE article SET relation = ?, ordering = ?, copied_share = ?, canonical_share = ? WHERE id = ?"""
SET_ON_TOPIC = "UPDATE article SET on_topic = ?, on_topic_from = ? WHERE id = ?"
FORGET_REUSES = "DELETE FROM reuse WHERE text_id = ?"
ADD_REUSE = "INSERT OR REPLACE INTO reuse (text_id, other_text_id, words, share) VALUES (?, ?, ?, ?)"
ADD_DECISION = """
    INSERT INTO decision (at, kind, story_id, article_id, other_story_id, facts) VALUES (?, ?, ?, ?, ?, ?)"""
DECISION = "SELECT at, kind, story_id, article_id, other_story_id, facts FROM decision WHERE id = ?"

# What a story's row says of its members, and what its search entry holds: `title` and `search_text_id` are exactly what
# was indexed, because the index holds no texts and must be told what to forget.
SETTLE_STORY = """
    UPDATE story SET (articles, outlets, first_published, newest, last_seen) = (
        SELECT count(*), count(DISTINCT outlet), min(min(published, first_seen)),
            coalesce(max(min(coalesce(published, first_seen), first_seen)), story.newest),
            coalesce(max(last_seen), story.last_seen)
        FROM article WHERE story_id = story.id)
    WHERE id = ?"""
SEARCHED = """
    SELECT s.title, s.search_text_id, a.title, a.text_id
    FROM story AS s LEFT JOIN article AS a ON a.id = s.canonical_id WHERE s.id = ?"""
SET_SEARCHED = "UPDATE story SET title = ?, search_text_id = ? WHERE id = ?"
UNSEARCH = "INSERT INTO story_fts (story_fts, rowid, title, text) VALUES ('delete', ?, ?, ?)"
SEARCH_ENTRY = "INSERT INTO story_fts (rowid, title, text) VALUES (?, ?, ?)"

REJECT = """
    INSERT INTO rejected (url, state, reason, detail, title, source, first_seen, last_seen, retry_at, tries)
    VALUES (:url, :state, :reason, :detail, :title, :source, :first_seen, :last_seen, :retry_at, :tries)
    ON CONFLICT (url) DO UPDATE SET state = excluded.state, reason = excluded.reason, detail = excluded.detail,
        title = coalesce(excluded.title, title), source = coalesce(excluded.source, source),
        last_seen = max(last_seen, excluded.last_seen), retry_at = excluded.retry_at, tries = tries + excluded.tries"""
ACCEPT = "DELETE FROM rejected WHERE url IN (SELECT value FROM json_each(?))"

# --- feeds, hosts, entries, pages, refusals -------------------------------------------------------------------------

# What the configuration says replaces what was known; a feed named for one run only keeps its standing. Switching off
# is the configuration's word, and only what it switched off does it switch on again: a feed that is gone stays so.
ADD_FEED = """
    INSERT INTO feed (url, origin, title, outlet, language, interval, enabled, disabled_reason, due_at, failures,
        entries_seen, entries_new, moved_seen)
    VALUES (:url, :origin, :title, :outlet, :language, :interval, :enabled,
        CASE WHEN :enabled THEN NULL ELSE :as_configured END, :now, 0, 0, 0, 0)
    ON CONFLICT (url) DO UPDATE SET
        origin = CASE WHEN excluded.origin = 'run' THEN origin ELSE excluded.origin END,
        title = coalesce(excluded.title, title), outlet = coalesce(excluded.outlet, outlet),
        language = coalesce(excluded.language, language), interval = coalesce(excluded.interval, interval),
        enabled = CASE WHEN NOT excluded.enabled THEN 0 WHEN disabled_reason = :as_configured THEN 1 ELSE enabled END,
        disabled_reason = CASE WHEN NOT excluded.enabled THEN coalesce(disabled_reason, :as_configured)
            WHEN disabled_reason = :as_configured THEN NULL ELSE disabled_reason END"""
FEED_COLUMNS = """
    feed.id, url, origin, title, outlet, language, interval, enabled, disabled_reason, etag, last_modified, body_hash,
    due_at, last_polled, last_success, last_error, last_error_class, failures, entries_seen, entries_new, moved_to,
    moved_seen, moved_since, rhythm.facts, rhythm.full, coalesce(rhythm.gone_seen, 0), leftover.feed_id IS NOT NULL"""
FEED_PARTS = "LEFT JOIN rhythm ON rhythm.feed_id = feed.id LEFT JOIN leftover ON leftover.feed_id = feed.id"
FEEDS = f"SELECT {FEED_COLUMNS} FROM feed {FEED_PARTS} ORDER BY feed.id"  # noqa: S608 -- our own column list
CLAIMED_FEEDS = f"""
    SELECT {FEED_COLUMNS} FROM json_each(?) AS wanted CROSS JOIN feed ON feed.id = wanted.value {FEED_PARTS}
    ORDER BY wanted.key"""  # noqa: S608 -- our own column list
DUE_FEEDS = """
    SELECT id FROM feed
    WHERE enabled AND (:force OR due_at <= :now)
        AND (lease_until IS NULL OR lease_until <= :now OR lease_owner = :owner)
        AND (:urls IS NULL OR url IN (SELECT value FROM json_each(:urls)))
    ORDER BY due_at, id LIMIT :limit"""
# Entries of one reading carry one time: the newest is that of the last reading. CROSS JOIN keeps the order of the
# tables, from the few refusals that are due to the entries of their feeds.
DUE_RETRIES = """
    SELECT DISTINCT feed.id FROM rejected CROSS JOIN feed ON feed.url = rejected.source
    CROSS JOIN item ON item.feed_id = feed.id AND item.url = rejected.url
    WHERE rejected.retry_at <= ?
        AND item.last_seen = (SELECT max(last_seen) FROM item AS any_item WHERE any_item.feed_id = feed.id)"""
FORGET_ITEMS = """
    DELETE FROM item WHERE feed_id IN (SELECT id FROM feed WHERE url IN (SELECT value FROM json_each(?)))"""
# Entries of one reading carry one time: however many there are, the last reading's stay.
FORGET_OLD_ITEMS = """
    DELETE FROM item WHERE feed_id = :feed AND last_seen < (
        SELECT last_seen FROM item WHERE feed_id = :feed ORDER BY last_seen DESC LIMIT 1 OFFSET :kept)"""
_FEED_IDS = "SELECT id FROM feed WHERE url IN (SELECT value FROM json_each(?))"
FORGET_RHYTHM = f"DELETE FROM rhythm WHERE feed_id IN ({_FEED_IDS})"  # noqa: S608 -- our own text
FORGET_LEFTOVER = f"DELETE FROM leftover WHERE feed_id IN ({_FEED_IDS})"  # noqa: S608 -- our own text
FORGET_FORMER = f"DELETE FROM former WHERE feed_id IN ({_FEED_IDS})"  # noqa: S608 -- our own text
REMOVE_FEEDS = "DELETE FROM feed WHERE url IN (SELECT value FROM json_each(?))"
SWITCH_FEEDS = """
    UPDATE feed SET enabled = :off IS NULL, disabled_reason = :off,
        due_at = CASE WHEN :off IS NULL AND NOT enabled THEN :now ELSE due_at END
    WHERE url IN (SELECT value FROM json_each(:urls))"""
LEASE_FEEDS = """
    UPDATE feed SET lease_owner = :owner, lease_until = :until WHERE id IN (SELECT value FROM json_each(:ids))"""
RELEASE_FEED = "UPDATE feed SET lease_owner = NULL, lease_until = NULL WHERE id = ?"
FINISH_FEED = """
    UPDATE feed SET
        last_polled = :polled, due_at = :due_at, lease_owner = NULL, lease_until = NULL,
        last_success = CASE WHEN :ok THEN :polled ELSE last_success END,
        last_error = :error, last_error_class = :error_class,
        failures = CASE WHEN :ok THEN 0 ELSE failures + 1 END,
        etag = CASE WHEN :fresh THEN :etag ELSE etag END,
        last_modified = CASE WHEN :fresh THEN :last_modified ELSE last_modified END,
        body_hash = CASE WHEN :fresh THEN :body_hash ELSE body_hash END,
        entries_seen = CASE WHEN :fresh THEN :entries_seen ELSE entries_seen END,
        entries_new = entries_new + :entries_new,
        title = coalesce(title, :title), language = coalesce(language, :language),
        enabled = CASE WHEN :disable IS NULL THEN enabled ELSE 0 END,
        disabled_reason = coalesce(:disable, disabled_reason),
        moved_seen = CASE WHEN :url IS NOT NULL THEN 0 WHEN :moved_to IS NULL AND :ok THEN 0
            WHEN :moved_to IS NULL THEN moved_seen WHEN moved_to = :moved_to THEN moved_seen + 1 ELSE 1 END,
        moved_since = CASE WHEN :url IS NOT NULL THEN NULL WHEN :moved_to IS NULL AND :ok THEN NULL
            WHEN :moved_to IS NULL OR moved_to = :moved_to THEN moved_since ELSE :polled END,
        moved_to = CASE WHEN :url IS NOT NULL THEN NULL WHEN :moved_to IS NULL AND NOT :ok THEN moved_to
            ELSE :moved_to END,
        url = coalesce(:url, url)
    WHERE id = :id"""
# An address that a feed has left and that is a feed of its own by now stays one: its row is found first.
PRESENT_URLS = """
    SELECT coalesce(own.url, feed.url, wanted.value) FROM json_each(?) AS wanted
    LEFT JOIN feed AS own ON own.url = wanted.value
    LEFT JOIN former ON former.url = wanted.value LEFT JOIN feed ON feed.id = former.feed_id ORDER BY wanted.key"""
REMEMBER_FORMER = """
    INSERT INTO former (url, feed_id) SELECT url, id FROM feed WHERE id = :id
    ON CONFLICT (url) DO UPDATE SET feed_id = excluded.feed_id"""
MOVE_REFUSALS = "UPDATE rejected SET source = :url WHERE source = (SELECT url FROM feed WHERE id = :id)"
SAVE_RHYTHM = """
    INSERT INTO rhythm (feed_id, facts, full, gone_seen) VALUES (:id, coalesce(:facts, '{}'), :full, :gone)
    ON CONFLICT (feed_id) DO UPDATE SET facts = coalesce(:facts, facts), full = coalesce(:full, full),
        gone_seen = CASE WHEN :gone THEN gone_seen + 1 ELSE 0 END"""
KEEP_LEFTOVER = """
    INSERT OR REPLACE INTO leftover (feed_id, final_url, content_type, charset, frame) VALUES (?, ?, ?, ?, ?)"""
DROP_LEFTOVER = "DELETE FROM leftover WHERE feed_id = ?"
LEFTOVER = "SELECT final_url, content_type, charset, frame FROM leftover WHERE feed_id = ?"
SAVE_HOST = """
    INSERT OR REPLACE INTO host (host, next_at, retry_after, robots_status, robots_body, robots_fetched, robots_expires)
    VALUES (?, ?, ?, ?, ?, ?, ?)"""
SAVE_PLACE = "INSERT OR REPLACE INTO place (host, address) VALUES (?, ?)"
RESTING_HOSTS = "SELECT host FROM host WHERE retry_after > ? AND retry_after <= ?"
HOSTS = """
    SELECT host.host, next_at, retry_after, robots_status, robots_body, robots_fetched, robots_expires, place.address
    FROM host LEFT JOIN place ON place.host = host.host ORDER BY host.host"""
SAVE_ITEM = """
    INSERT INTO item (feed_id, key, url, guid, digest, first_seen, last_seen) VALUES (?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (feed_id, key) DO UPDATE SET url = excluded.url, guid = excluded.guid, digest = excluded.digest,
        last_seen = max(last_seen, excluded.last_seen)"""
ITEMS = "SELECT key, url, guid, digest, first_seen, last_seen FROM item WHERE feed_id = ? ORDER BY key"
SAVE_PAGE = """
    INSERT OR REPLACE INTO page (url, final_url, status, etag, last_modified, body_hash, fetched)
    VALUES (?, ?, ?, ?, ?, ?, ?)"""
PAGES = """
    SELECT url, final_url, status, etag, last_modified, body_hash, fetched
    FROM page WHERE url IN (SELECT value FROM json_each(?))"""
REFUSALS = """
    SELECT url, state, reason, detail, title, source, first_seen, last_seen, retry_at, tries
    FROM rejected WHERE url IN (SELECT value FROM json_each(?))"""

# --- reading --------------------------------------------------------------------------------------------------------

ARTICLES = """
    SELECT a.url,
        (SELECT json_group_array(url) FROM (SELECT url FROM article_url WHERE article_id = a.id ORDER BY url)),
        a.story_id, s.canonical_id = a.id, a.relation, a.ordering, a.copied_share, a.canonical_share,
        (SELECT json_group_array(json_object('story_id', story_id, 'url', url, 'words', words, 'share', share)) FROM
            (SELECT t.story_id, r.words, r.share,
                (SELECT c.url FROM revision AS v JOIN article AS c ON c.id = v.article_id
                 WHERE v.text_id = t.id ORDER BY c.id LIMIT 1) AS url
             FROM reuse AS r JOIN text AS t ON t.id = r.other_text_id
             WHERE r.text_id = a.text_id AND t.story_id <> a.story_id ORDER BY r.words DESC, t.id)),
        a.outlet, a.owner, a.source, a.title, a.authors, a.published, a.published_from, a.modified, a.first_seen,
        a.last_seen, a.language, a.on_topic, a.on_topic_from, a.topic_hits, a.revisions, a.free, a.seed, a.agency,
        a.agency_id, p.credit, coalesce(p.agencies, '[]'), p.based_on, coalesce(p.kind, 'publisher'),
        coalesce(p.partial, 0), CASE WHEN fed.article_id IS NULL THEN 'page' ELSE 'feed' END, look.gone, look.walled,
        a.words, CASE WHEN t.sketch THEN NULL ELSE b.frame END, a.id
    FROM article AS a JOIN story AS s ON s.id = a.story_id JOIN text AS t ON t.id = a.text_id
    JOIN body AS b ON b.text_id = a.text_id LEFT JOIN provenance AS p ON p.article_id = a.id
    LEFT JOIN recheck AS look ON look.article_id = a.id LEFT JOIN fed ON fed.article_id = a.id"""
BY_TIME = "min(coalesce(a.published, a.first_seen), a.first_seen), a.id"
# An address that started over leads to the newest of its articles.
ARTICLE_BY_URL = """
    SELECT max(article_id) FROM (
        SELECT article_id FROM article_url WHERE url = :url UNION ALL SELECT article_id FROM address WHERE key = :url)
    HAVING max(article_id) IS NOT NULL"""
REVISIONS = """
    SELECT a.url, r.n, r.seen_from, coalesce(r.seen_to, a.last_seen), r.title,
        CASE WHEN t.sketch THEN NULL ELSE b.frame END, r.changes
    FROM revision AS r JOIN article AS a ON a.id = r.article_id JOIN text AS t ON t.id = r.text_id
    JOIN body AS b ON b.text_id = r.text_id"""
SKETCHED = """
    SELECT f.shingles FROM article AS a JOIN text AS t ON t.id = a.text_id AND t.sketch
    JOIN fingerprint AS f ON f.text_id = t.id WHERE a.id = ?"""
HISTORY = """
    SELECT r.n, r.seen_from, coalesce(r.seen_to, a.last_seen), r.title, r.text_id, r.changes
    FROM revision AS r JOIN article AS a ON a.id = r.article_id WHERE a.id = ? ORDER BY r.n"""
REJECTED = "SELECT url, state, reason, detail, first_seen FROM rejected ORDER BY url"
STORY = """
    SELECT s.title, a.url, s.canonical_reason, s.first_published, s.last_seen
    FROM story AS s JOIN article AS a ON a.id = s.canonical_id WHERE s.id = ?"""
FACTS = """
    SELECT a.url, a.outlet, a.owner, a.language, a.agency, a.agency_id, a.published, a.published_from, a.first_seen,
        a.relation, a.on_topic, a.seed, a.copied_share, a.canonical_share, p.credit, coalesce(p.agencies, '[]'),
        p.based_on, a.canonical_claim, coalesce(p.kind, 'publisher'), coalesce(p.partial, 0)
    FROM article AS a LEFT JOIN provenance AS p ON p.article_id = a.id WHERE a.story_id = ?"""
DECISIONS = """
    SELECT d.id, d.at, d.kind, d.story_id, d.other_story_id, a.url, d.facts, r.who, r.note, r.undoes, r.undone_by
    FROM decision AS d LEFT JOIN article AS a ON a.id = d.article_id LEFT JOIN ruling AS r ON r.decision_id = d.id
    WHERE d.story_id IN (SELECT id FROM story WHERE id = :story OR merged_into = :story) ORDER BY d.id"""
LINKS_OF_ARTICLE = """
    WITH own(id) AS MATERIALIZED (SELECT DISTINCT text_id FROM revision WHERE article_id = :article),
    pair AS (
        SELECT a AS own, b AS other, linked, rule, score, containment_a, containment_b, jaccard, shared, version
        FROM own CROSS JOIN link ON link.a = own.id WHERE link.b NOT IN (SELECT id FROM own)
        UNION ALL
        SELECT b, a, linked, rule, score, containment_b, containment_a, jaccard, shared, version
        FROM own CROSS JOIN link ON link.b = own.id WHERE link.a NOT IN (SELECT id FROM own))
    SELECT pair.*, text.story_id FROM pair JOIN text ON text.id = pair.other
    ORDER BY linked DESC, score DESC, own, other"""
CARRIED = """
    SELECT DISTINCT a.url, a.title, a.outlet, a.story_id, a.id
    FROM revision AS r JOIN article AS a ON a.id = r.article_id WHERE r.text_id = ? ORDER BY a.id LIMIT 24"""
COUNTS = """
    SELECT 'feeds', count(*) FROM feed UNION ALL SELECT 'articles', count(*) FROM article
    UNION ALL SELECT 'stories', count(*) FROM story WHERE merged_into IS NULL
    UNION ALL SELECT 'revisions', count(*) FROM revision UNION ALL SELECT 'texts', count(*) FROM text
    UNION ALL SELECT 'links', count(*) FROM link WHERE linked UNION ALL SELECT 'compared', count(*) FROM link
    UNION ALL SELECT 'rejected', count(*) FROM rejected UNION ALL SELECT 'runs', count(*) FROM run"""
