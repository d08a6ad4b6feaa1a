"""The book made from its parts: notebooks checked, claims and tables compared, pages built."""
