"""Risk and protective factors that fall together, against chance."""
