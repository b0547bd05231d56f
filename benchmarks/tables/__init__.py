"""Tables of the papers: their runs, their results, their rendering."""
