"""What a person or a client touches: pages, the JSON API and sign-in."""
