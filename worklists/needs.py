"""What a patient needs beside care, who cares for them, and what they agreed to, from the facts of the case."""
