"""newshole: what each character of a news page is."""
