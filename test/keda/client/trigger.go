package main

import (
	"context"
	"fmt"

	"github.com/kedacore/keda/v2/pkg/scalers"
	"github.com/kedacore/keda/v2/pkg/scalers/scalersconfig"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
)

// trigger is one external-push trigger, on KEDA's own scaler and in KEDA's own connection pool.
type trigger struct {
	id     string
	scaler scalers.PushScaler
	report *report
	cancel context.CancelFunc
}

// openTrigger makes no call yet, as KEDA does not.
func openTrigger(from order, report *report) (*trigger, error) {
	scaler, err := scalers.NewExternalPushScaler(&scalersconfig.ScalerConfig{
		ScalableObjectName:      from.Name,
		ScalableObjectNamespace: from.Namespace,
		ScalableObjectType:      "ScaledObject",
		TriggerType:             "external-push",
		TriggerIndex:            from.Trigger.Index,
		TriggerMetadata:         from.Trigger.Metadata,
		AuthParams:              from.Trigger.AuthParams,
		ResolvedEnv:             from.Trigger.Env,
	})
	if err != nil {
		return nil, err
	}
	return &trigger{id: from.id(), scaler: scaler, report: report}, nil
}

func (t *trigger) obey(order string) error {
	switch order {
	case "run":
		t.run()
	case "stop":
		t.stop()
	case "poll":
		go t.poll()
	default:
		return fmt.Errorf("there is no order %q for a trigger", order)
	}
	return nil
}

// run keeps the stream open until stop, as KEDA does for as long as there is a ScaledObject.
func (t *trigger) run() {
	ctx, cancel := context.WithCancel(context.Background())
	t.cancel = cancel
	// Unbuffered, as it is in KEDA.
	active := make(chan bool)
	go t.scaler.Run(ctx, active)
	go func() {
		for is := range active {
			t.report.add(event{ID: t.id, Event: "state", Active: &is})
		}
		t.report.add(event{ID: t.id, Event: "closed"})
	}()
	if streamer, ok := t.scaler.(metricSpecStreamer); ok {
		go t.watchSpecs(streamer)
	}
}

// metricSpecStreamer is scalers.MetricSpecStreamer of KEDA 2.21 and later.
type metricSpecStreamer interface {
	MetricSpecChan() <-chan []autoscalingv2.MetricSpec
}

func (t *trigger) watchSpecs(streamer metricSpecStreamer) {
	for metrics := range streamer.MetricSpecChan() {
		t.report.add(event{ID: t.id, Event: "specs", Specs: toSpecs(metrics)})
	}
}

func (t *trigger) stop() {
	if t.cancel != nil {
		t.cancel()
	}
}

// poll is what KEDA learns of a trigger by asking: quantities as they are written into the HPA and read by it.
type poll struct {
	Specs  []spec  `json:"specs"`
	Values []value `json:"values"`
	Active bool    `json:"active"`
	// Error is that of the first call that failed; what came before it is not thrown away here.
	Error string `json:"error"`
}

type spec struct {
	Metric string `json:"metric"`
	Type   string `json:"type"`
	Target string `json:"target"`
}

type value struct {
	Metric string `json:"metric"`
	Value  string `json:"value"`
}

// poll makes the calls of KEDA's polling loop, in its order and without a deadline.
func (t *trigger) poll() {
	answer := &poll{Specs: []spec{}, Values: []value{}}
	ctx := context.Background()
	for _, metric := range t.scaler.GetMetricSpecForScaling(ctx) {
		name := metric.External.Metric.Name
		answer.Specs = append(answer.Specs, toSpecs([]autoscalingv2.MetricSpec{metric})...)
		values, isActive, err := t.scaler.GetMetricsAndActivity(ctx, name)
		if err != nil {
			answer.Error = err.Error()
			break
		}
		answer.Active = isActive
		for _, each := range values {
			answer.Values = append(answer.Values, value{each.MetricName, each.Value.String()})
		}
	}
	t.report.add(event{ID: t.id, Event: "polled", Poll: answer})
}

func toSpecs(metrics []autoscalingv2.MetricSpec) []spec {
	specs := []spec{}
	for _, metric := range metrics {
		name, target := metric.External.Metric.Name, metric.External.Target
		specs = append(specs, spec{name, string(target.Type), target.AverageValue.String()})
	}
	return specs
}
