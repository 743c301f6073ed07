"""analytics/release"""
