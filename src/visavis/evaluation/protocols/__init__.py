"""Tests over pictures: from folders of people to the scores that the measures take."""
