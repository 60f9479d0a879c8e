"""What is seen of the running program from outside: log lines, measurements, traces; none is about a patient."""
