"""`homeground hub`: one portal over the signed releases of many forces."""
