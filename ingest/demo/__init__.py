"""A small newsroom of our own on loopback, for a first look at the whole job without a network.

`newsroom.toml` holds the texts and says what should become of each; `script` reads it, `pages` and `feeds` print it,
`newsroom` serves it, `play` runs the ordinary cycle over it, in two rounds.
"""
