"""homeground"""
