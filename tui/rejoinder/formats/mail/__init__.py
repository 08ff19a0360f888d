"""The format of mailing lists: mailboxes and what Pipermail makes of them."""
