'ghcr.io/svc-design/web:1.5.0'
