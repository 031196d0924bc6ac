{{/* Everything that a service needs; its chart includes just this. */}}
{{- define "flowline-service.all" -}}
{{ include "flowline-service.workload" . }}
---
{{ include "flowline-service.service" . }}
---
{{ include "flowline-service.disruption" . }}
---
{{ include "flowline-service.network" . }}
---
{{ include "flowline-service.migration" . }}
{{- if .Values.service.scaling.enabled }}
---
{{ include "flowline-service.scaling" . }}
{{- end }}
{{- end -}}
