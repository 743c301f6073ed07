"""analytics/disclosure"""
