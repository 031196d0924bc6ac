{{- define "flowline-service.service" -}}
{{- $service := .Values.service -}}
apiVersion: v1
kind: Service
metadata:
  name: {{ $service.name }}
  labels: {{- include "flowline-service.labels" . | nindent 4 }}
spec:
  selector: {{- include "flowline-service.selector" . | nindent 4 }}
  ports:
    - {name: http, port: {{ $service.port }}, targetPort: http}
---
# The StatefulSet needs one to name its pods.
apiVersion: v1
kind: Service
metadata:
  name: {{ $service.name }}-members
  labels: {{- include "flowline-service.labels" . | nindent 4 }}
spec:
  clusterIP: None
  selector: {{- include "flowline-service.selector" . | nindent 4 }}
  ports:
    - {name: http, port: {{ $service.port }}, targetPort: http}
{{- end -}}

{{- define "flowline-service.disruption" -}}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ .Values.service.name }}
  labels: {{- include "flowline-service.labels" . | nindent 4 }}
spec:
  maxUnavailable: 1
  selector:
    matchLabels: {{- include "flowline-service.selector" . | nindent 6 }}
{{- end -}}

{{- define "flowline-service.network" -}}
{{- $service := .Values.service -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {{ $service.name }}
  labels: {{- include "flowline-service.labels" . | nindent 4 }}
spec:
  podSelector:
    matchLabels: {{- include "flowline-service.selector" . | nindent 6 }}
  policyTypes: [Ingress, Egress]
  ingress:
    - ports: [{port: {{ $service.port }}}]
      from:
        - podSelector:
            matchLabels: {{- toYaml $service.network.gateway | nindent 14 }}
        - namespaceSelector:
            matchLabels: {kubernetes.io/metadata.name: {{ $service.network.prometheusNamespace }}}
  egress:
    - ports: [{port: 53, protocol: UDP}, {port: 53, protocol: TCP}]
    - ports:
        {{- range $port := $service.network.ports }}
        - {port: {{ $port }}}
        {{- end }}
{{- end -}}
