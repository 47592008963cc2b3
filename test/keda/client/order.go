package main

import (
	"errors"
	"fmt"
)

// order is what the tests want done with one ScaledObject, which is known by its namespace and name.
type order struct {
	// Order is "open", "run", "stop", "poll" or "operate".
	Order     string `json:"order"`
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
	// Trigger is given with "open" and "operate".
	Trigger triggerSpec `json:"trigger"`
	// Replicas is how many the target has at first; given with "operate".
	Replicas int32 `json:"replicas"`
	// PollingInterval is in seconds; given with "operate".
	PollingInterval int32 `json:"pollingInterval"`
}

// triggerSpec is the external-push trigger of a ScaledObject.
type triggerSpec struct {
	Index    int               `json:"index"`
	Metadata map[string]string `json:"metadata"`
	// AuthParams is what a TriggerAuthentication would resolve to.
	AuthParams map[string]string `json:"authParams"`
	// Env is the environment of the target's container.
	Env map[string]string `json:"env"`
}

func (o order) id() string { return o.Namespace + "/" + o.Name }

// keda is what an operator holds: its triggers by the ID of their ScaledObject.
type keda struct {
	report   *report
	triggers map[string]*trigger
}

// obey carries out an order; it never waits for the scaler.
func (k *keda) obey(next order) {
	if err := k.try(next); err != nil {
		k.report.add(event{ID: next.id(), Event: "refused", Error: err.Error()})
	}
}

func (k *keda) try(next order) error {
	switch next.Order {
	case "open":
		opened, err := openTrigger(next, k.report)
		k.triggers[next.id()] = opened
		return err
	case "operate":
		return operate(next, k.report)
	}
	opened := k.triggers[next.id()]
	if opened == nil {
		return errors.New("is not open")
	}
	switch next.Order {
	case "run":
		opened.run()
	case "stop":
		opened.stop()
	case "poll":
		go opened.poll()
	default:
		return fmt.Errorf("there is no order %q", next.Order)
	}
	return nil
}
