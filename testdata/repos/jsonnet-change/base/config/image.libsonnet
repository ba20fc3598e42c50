'ghcr.io/svc-design/web:1.4.0'
