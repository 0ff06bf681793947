// Reads manifests of a ServiceMonitor, in YAML, as the Prometheus operator does, but refuses a field that it does not
// know: the operator's resources are no part of Kubernetes, and no schema of theirs is packed where it could be had. Its
// types are.
package main

import (
	"fmt"
	"io"
	"os"

	monitoring "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	"sigs.k8s.io/yaml"
)

func main() {
	manifest, err := io.ReadAll(os.Stdin)
	if err == nil {
		err = check(manifest)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func check(manifest []byte) error {
	var monitor monitoring.ServiceMonitor
	if err := yaml.UnmarshalStrict(manifest, &monitor); err != nil {
		return err
	}
	kind := monitoring.SchemeGroupVersion.WithKind(monitoring.ServiceMonitorsKind)
	if found := monitor.GroupVersionKind(); found != kind {
		return fmt.Errorf("%v, not %v", found, kind)
	}
	if len(monitor.Spec.Endpoints) == 0 {
		return fmt.Errorf("a monitor without an endpoint")
	}
	return nil
}
