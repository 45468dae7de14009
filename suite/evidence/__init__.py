"""What can be known of a submission: its run, the models it holds, what they compute, how well, how fast."""
