package main

import (
	"encoding/json"
	"io"
	"sync"
	"time"
)

// event is something that happened, most of the time to one ScaledObject.
type event struct {
	// At is milliseconds since 1970.
	At    float64 `json:"at"`
	ID    string  `json:"id,omitempty"`
	Event string  `json:"event"`
	// Version is KEDA's; it comes with "started".
	Version string `json:"version,omitempty"`
	// Active is what was pushed; it comes with "state".
	Active *bool `json:"active,omitempty"`
	// Specs is what StreamMetricSpec told; it comes with "specs".
	Specs []spec `json:"specs,omitempty"`
	// Poll comes with "polled".
	Poll *poll `json:"poll,omitempty"`
	// Replicas is what the target is scaled to; it comes with "scaled".
	Replicas *int32 `json:"replicas,omitempty"`
	// Log comes with "logged".
	Log *logLine `json:"log,omitempty"`
	// Error comes with "refused".
	Error string `json:"error,omitempty"`
}

// report writes events, one a line, in the order in which they are added.
type report struct {
	mutex   sync.Mutex
	encoder *json.Encoder
}

func newReport(out io.Writer) *report {
	return &report{encoder: json.NewEncoder(out)}
}

func (r *report) add(happened event) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	happened.At = float64(time.Now().UnixMicro()) / 1000
	// Nobody is left to tell where standard output is closed: standard input is about to end as well.
	_ = r.encoder.Encode(happened)
}
