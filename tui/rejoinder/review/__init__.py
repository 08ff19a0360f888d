"""What the reviewers say of the posts: codebook, journals, queues, agreement. Pure: it knows records and no engine."""
