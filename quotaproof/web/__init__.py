"""The web explorer: pages for people, and the same answers as JSON.

`app.create_app` puts it together. Nothing here is imported by `import quotaproof`; it needs the extra `web`.
"""
