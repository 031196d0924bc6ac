{{/* A StatefulSet without disks: its pods keep their names, and so their membership in Kafka's groups, over a restart. */}}
{{- define "flowline-service.workload" -}}
{{- $service := .Values.service -}}
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: {{ $service.name }}
  labels: {{- include "flowline-service.labels" . | nindent 4 }}
spec:
  serviceName: {{ $service.name }}-members
  {{- if not $service.scaling.enabled }}
  replicas: {{ $service.replicas }}
  {{- end }}
  podManagementPolicy: Parallel
  selector:
    matchLabels: {{- include "flowline-service.selector" . | nindent 6 }}
  template:
    metadata:
      labels: {{- include "flowline-service.labels" . | nindent 8 }}
      annotations:
        prometheus.io/scrape: "true"
        prometheus.io/path: /metrics
        prometheus.io/port: {{ $service.port | quote }}
    spec:
      automountServiceAccountToken: false
      enableServiceLinks: false  # of a Service called customer they would set CUSTOMER_PORT to a whole address
      # preStop 10 s (endpoints forget the pod), requests 25 s, consumers and relay 15 s
      terminationGracePeriodSeconds: 60
      securityContext: {{- include "flowline-service.pod-security" . | nindent 8 }}
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: kubernetes.io/hostname
          whenUnsatisfiable: ScheduleAnyway
          labelSelector:
            matchLabels: {{- include "flowline-service.selector" . | nindent 14 }}
      containers:
        - name: {{ $service.name }}
          image: {{ include "flowline-service.image" . }}
          imagePullPolicy: {{ $service.image.pullPolicy }}
          args: [serve]
          ports:
            - {name: http, containerPort: {{ $service.port }}}
          env: {{- include "flowline-service.environment" . | nindent 12 }}
          # alive = every loop shows progress; ready = wants requests, which ends with the first moment of the end
          startupProbe:
            httpGet: {path: /readyz, port: http}
            periodSeconds: 2
            failureThreshold: 150
          livenessProbe:
            httpGet: {path: /healthz, port: http}
            periodSeconds: 10
            timeoutSeconds: 3
            failureThreshold: 6
          readinessProbe:
            httpGet: {path: /readyz, port: http}
            periodSeconds: 3
            timeoutSeconds: 2
            failureThreshold: 2
          lifecycle:
            preStop:
              exec: {command: [sleep, "10"]}
          resources: {{- toYaml $service.resources | nindent 12 }}
          securityContext: {{- include "flowline-service.container-security" . | nindent 12 }}
          volumeMounts: {{- include "flowline-service.mounts" . | nindent 12 }}
      volumes: {{- include "flowline-service.volumes" . | nindent 8 }}
{{- end -}}
