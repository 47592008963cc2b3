//go:build keda217

package main

import (
	"time"

	"github.com/kedacore/keda/v2/pkg/scalers/authentication"
	"github.com/kedacore/keda/v2/pkg/scaling"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/tools/record"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// newScaleHandler drops the events that KEDA records.
func newScaleHandler(api client.Client, scales *scales, scheme *runtime.Scheme) scaling.ScaleHandler {
	return scaling.NewScaleHandler(api, scales, scheme, 3*time.Second, &record.FakeRecorder{}, &authentication.AuthClientSet{})
}
