local labels = import 'labels.libsonnet';
local image = import 'image.libsonnet';

function(app) [
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: app, labels: labels(app) },
    spec: {
      replicas: std.extVar('replicas'),
      selector: { matchLabels: labels(app) },
      template: {
        metadata: { labels: labels(app) },
        spec: { containers: [{ name: app, image: image }] },
      },
    },
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: app, labels: labels(app) },
    spec: { selector: labels(app), ports: [{ port: 80 }] },
  },
]
