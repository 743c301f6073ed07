"""The gate: protect small numbers, attack the result, certify it. Imports core alone, and no database."""
