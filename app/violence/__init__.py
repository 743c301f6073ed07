"""The serious violence dashboard: how much, where, of which kind, when, and what partners' own records say beside it."""
