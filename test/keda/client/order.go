package main

import "errors"

// order is what the tests want done with one ScaledObject, which is known by its namespace and name.
type order struct {
	// Order is "open", "run", "stop" or "poll" for a trigger alone, "operate", "edit" or "query" for a whole ScaledObject.
	Order     string `json:"order"`
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
	// Trigger is given with "open" and "operate".
	Trigger triggerSpec `json:"trigger"`
	// Replicas is how many the target has at first; given with "operate".
	Replicas int32 `json:"replicas"`
	// PollingInterval and CooldownPeriod are in seconds; given with "operate".
	PollingInterval int32 `json:"pollingInterval"`
	CooldownPeriod  int32 `json:"cooldownPeriod"`
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

// keda is what an operator holds, by the ID of the ScaledObject.
type keda struct {
	report   *report
	triggers map[string]*trigger
	operated map[string]*operated
}

// obey carries out an order. It waits for the scaler where KEDA's controller does, and nowhere else.
func (k *keda) obey(next order) {
	if err := k.try(next); err != nil {
		k.report.add(event{ID: next.id(), Event: "refused", Error: err.Error()})
	}
}

func (k *keda) try(next order) (err error) {
	switch next.Order {
	case "open":
		k.triggers[next.id()], err = openTrigger(next, k.report)
		return err
	case "operate":
		k.operated[next.id()], err = operate(next, k.report)
		return err
	}
	if trigger := k.triggers[next.id()]; trigger != nil {
		return trigger.obey(next.Order)
	}
	if operated := k.operated[next.id()]; operated != nil {
		return operated.obey(next.Order)
	}
	return errors.New("there is no such ScaledObject")
}
