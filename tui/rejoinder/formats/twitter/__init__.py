"""The formats of Twitter and X: archives, API answers and what collectors made of them."""
