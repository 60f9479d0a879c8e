"""Care rules as pure functions: instruments, calendars, reporting windows, targets, plateau and forms."""
