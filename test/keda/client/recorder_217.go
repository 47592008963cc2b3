//go:build keda217

package main

import "k8s.io/client-go/tools/record"

// newRecorder drops the events that KEDA records.
func newRecorder() record.EventRecorder { return &record.FakeRecorder{} }
