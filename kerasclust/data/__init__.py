"""What a user hands to a model becomes what a model reads: checks, arrays, pipelines."""
