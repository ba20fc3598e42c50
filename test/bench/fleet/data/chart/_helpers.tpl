{{/* Name of the chart, or what the values say. */}}
{{- define "CHART.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* Name of all resources. */}}
{{- define "CHART.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "CHART.chart" -}}
{{- printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* Labels that selectors use: they never change. */}}
{{- define "CHART.selectorLabels" -}}
app.kubernetes.io/name: {{ include "CHART.name" .context }}
app.kubernetes.io/instance: {{ .context.Release.Name }}
{{- with .component }}
app.kubernetes.io/component: {{ . }}
{{- end }}
{{- end -}}

{{- define "CHART.labels" -}}
helm.sh/chart: {{ include "CHART.chart" .context }}
{{ include "CHART.selectorLabels" . }}
{{- with .context.Chart.AppVersion }}
app.kubernetes.io/version: {{ . | quote }}
{{- end }}
app.kubernetes.io/managed-by: {{ .context.Release.Service }}
{{- with .context.Values.commonLabels }}
{{ include "CHART.render" (dict "value" . "context" $.context) }}
{{- end }}
{{- end -}}

{{/* A value that may itself hold templates. */}}
{{- define "CHART.render" -}}
{{- $text := ternary .value (.value | toYaml) (kindIs "string" .value) -}}
{{- if contains "{{" $text -}}
{{- tpl $text .context -}}
{{- else -}}
{{- $text -}}
{{- end -}}
{{- end -}}

{{- define "CHART.image" -}}
{{- $registry := default .image.registry ((.context.Values.global).imageRegistry) -}}
{{- $tag := default .context.Chart.AppVersion .image.tag | toString -}}
{{- if .image.digest -}}
{{- printf "%s/%s@%s" $registry .image.repository .image.digest -}}
{{- else -}}
{{- printf "%s/%s:%s" $registry .image.repository $tag -}}
{{- end -}}
{{- end -}}

{{- define "CHART.pullSecrets" -}}
{{- $names := list -}}
{{- range (.Values.global).imagePullSecrets -}}{{- $names = append $names (dict "name" .) -}}{{- end -}}
{{- range .Values.imagePullSecrets -}}{{- $names = append $names (dict "name" .) -}}{{- end -}}
{{- with $names | uniq }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "CHART.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "CHART.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "CHART.antiAffinity" -}}
podAntiAffinity:
  preferredDuringSchedulingIgnoredDuringExecution:
    - weight: 1
      podAffinityTerm:
        topologyKey: kubernetes.io/hostname
        labelSelector:
          matchLabels:
            {{- include "CHART.selectorLabels" . | nindent 12 }}
{{- end -}}

{{- define "CHART.hpaVersion" -}}
{{- if semverCompare ">=1.23-0" .Capabilities.KubeVersion.Version -}}autoscaling/v2{{- else -}}autoscaling/v2beta2{{- end -}}
{{- end -}}

{{- define "CHART.checksums" -}}
checksum/config: {{ include (print $.context.Template.BasePath "/" .component "-configmap.yaml") .context | sha256sum }}
checksum/secret: {{ .context.Values.auth | toYaml | sha256sum }}
{{- end -}}
