// Keda-client drives KEDA's own external-push scaler, as the operator links it, against a running license-scaler.
//
// It reads orders from standard input and writes what happened to standard output, both as one JSON object a line. It
// ends with its standard input.
package main

import (
	"bufio"
	"encoding/json"
	"os"
	"runtime/debug"

	ctrllog "sigs.k8s.io/controller-runtime/pkg/log"
)

func main() {
	report := newReport(os.Stdout)
	report.add(event{Event: "started", Version: kedaVersion()})
	ctrllog.SetLogger(newLogger(report))
	keda := &keda{report: report, triggers: map[string]*trigger{}, operated: map[string]*operated{}}
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var next order
		if err := json.Unmarshal(lines.Bytes(), &next); err != nil {
			report.add(event{Event: "refused", Error: err.Error()})
			continue
		}
		keda.obey(next)
	}
}

// kedaVersion is the version of KEDA's module that is linked in, such as "v2.21.0".
func kedaVersion() string {
	info, _ := debug.ReadBuildInfo()
	for _, module := range info.Deps {
		if module.Path == "github.com/kedacore/keda/v2" {
			return module.Version
		}
	}
	return "unknown"
}
