"""What is kept, and how it is asked for. Knows nothing of feeds, pages or how stories are decided."""
