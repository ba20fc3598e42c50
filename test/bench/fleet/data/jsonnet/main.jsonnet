local k = import 'k.libsonnet';

local config = {
  name: 'NAME',
  tag: 'TAG',
  parts: ['api', 'worker', 'scheduler', 'gateway', 'mailer', 'report'],
};

std.flattenArrays([
  [
    k.deployment(config, part),
    k.service(config, part),
    k.configMap(config, part, {
      ['key-' + i]: 'value of ' + part + ' ' + i
      for i in std.range(1, 20)
    }),
  ]
  for part in config.parts
])
