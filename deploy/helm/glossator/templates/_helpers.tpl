{{- define "glossator.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 54 | trimSuffix "-" -}}
{{- else if contains (default .Chart.Name .Values.nameOverride) .Release.Name -}}
{{- .Release.Name | trunc 54 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (default .Chart.Name .Values.nameOverride) | trunc 54 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "glossator.selector" -}}
app.kubernetes.io/name: {{ default .Chart.Name .Values.nameOverride }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "glossator.labels" -}}
{{ include "glossator.selector" . }}
app.kubernetes.io/version: {{ .Values.image.tag | default .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{- define "glossator.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "glossator.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- /* From SIGTERM's forerunner to the last moment: what Kubernetes has to wait. */ -}}
{{- define "glossator.graceSeconds" -}}
{{- add .Values.drain.preStopSeconds .Values.drain.limitSeconds 5 -}}
{{- end -}}

{{- define "glossator.podAnnotations" -}}
{{- if .Values.mesh.istio }}
proxy.istio.io/config: |
  holdApplicationUntilProxyStarts: true
  terminationDrainDuration: {{ include "glossator.graceSeconds" . }}s
{{- end }}
{{- if .Values.mesh.linkerd }}
linkerd.io/inject: enabled
config.alpha.linkerd.io/proxy-wait-before-exit-seconds: {{ include "glossator.graceSeconds" . | quote }}
{{- end }}
{{- with .Values.podAnnotations }}
{{ toYaml . }}
{{- end }}
{{- end -}}
