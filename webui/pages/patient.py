"""The patient: how are they, what is due, what happened?"""
