"""What works beside the conversations: fetches, tries, makes and sends what is due, in threads of its own."""
