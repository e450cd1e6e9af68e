"""What is certain and possible before the last meets where places go down ranked lists of athletes or teams."""
