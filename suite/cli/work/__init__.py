"""What the commands do, one module a command of that name, imported when the command is run and not for its help."""
