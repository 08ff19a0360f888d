"""What fills the terminal at one time: screens route between widgets and ask the archive."""
