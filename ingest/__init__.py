"""newsfold: each news story once, with every version of it kept."""

__version__ = "0.1.0"
