function(app) { 'app.kubernetes.io/name': app }
