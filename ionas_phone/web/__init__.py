"""The only HTTP: pages, fragments and the stream. Rule: a handler reads and writes; what it shows, regions redraw."""
