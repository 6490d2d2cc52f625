"""Parts of the harvest: what is asked for next, what an answer means, and how a run goes on."""
