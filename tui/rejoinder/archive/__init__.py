"""The kept posts: the questions anyone may ask of an archive, and the engines that answer them."""
