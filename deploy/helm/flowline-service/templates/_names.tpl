{{/* Labels that never change: selectors use them. */}}
{{- define "flowline-service.selector" -}}
app.kubernetes.io/name: {{ .Values.service.name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "flowline-service.labels" -}}
{{ include "flowline-service.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/part-of: flowline
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{- define "flowline-service.image" -}}
{{- $image := .Values.service.image -}}
{{- with $image.registry }}{{ . }}/{{ end }}flowline/{{ .Values.service.name }}:{{ default .Chart.AppVersion $image.tag }}
{{- end -}}

{{/* Nothing of the pod can be written but /tmp, and nobody in it is root. */}}
{{- define "flowline-service.pod-security" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
seccompProfile: {type: RuntimeDefault}
{{- end -}}

{{- define "flowline-service.container-security" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end -}}
