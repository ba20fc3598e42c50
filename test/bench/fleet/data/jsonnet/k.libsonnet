{
  local labels(config, part) = {
    'app.kubernetes.io/name': config.name,
    'app.kubernetes.io/component': part,
  },

  local meta(config, part) = {
    name: config.name + '-' + part,
    labels: labels(config, part),
  },

  container(config, part):: {
    name: part,
    image: 'registry.example.com/' + config.name + '-' + part + ':' + config.tag,
    args: ['--listen=:8080', '--part=' + part],
    ports: [{ name: 'http', containerPort: 8080 }, { name: 'metrics', containerPort: 9090 }],
    env: [{ name: 'PART_' + i, value: std.md5(part + i) } for i in std.range(1, 8)],
    resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '256Mi' } },
  },

  deployment(config, part):: {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: meta(config, part),
    spec: {
      replicas: 2,
      selector: { matchLabels: labels(config, part) },
      template: {
        metadata: { labels: labels(config, part) },
        spec: { containers: [$.container(config, part)] },
      },
    },
  },

  service(config, part):: {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: meta(config, part),
    spec: { selector: labels(config, part), ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
  },

  configMap(config, part, data):: {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: meta(config, part),
    data: data,
  },
}
