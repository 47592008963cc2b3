package main

import (
	"context"
	"fmt"
	"time"

	kedav1alpha1 "github.com/kedacore/keda/v2/apis/keda/v1alpha1"
	"github.com/kedacore/keda/v2/pkg/scaling"
	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
)

// operated is a ScaledObject in the hands of KEDA's own scale handler: scale loop, push scaler and executor. The API
// server is played by controller-runtime's fake client; what KEDA scales the target to is reported.
type operated struct {
	key     client.ObjectKey
	api     client.Client
	handler scaling.ScaleHandler
	report  *report
}

func operate(from order, report *report) (*operated, error) {
	scheme := runtime.NewScheme()
	if err := clientgoscheme.AddToScheme(scheme); err != nil {
		return nil, err
	}
	if err := kedav1alpha1.AddToScheme(scheme); err != nil {
		return nil, err
	}
	scaledObject := newScaledObject(from)
	api := fake.NewClientBuilder().
		WithScheme(scheme).
		WithObjects(scaledObject, newDeployment(from)).
		WithStatusSubresource(scaledObject).
		Build()
	scales := &scales{client: api, namespace: from.Namespace, report: report}
	handler := newScaleHandler(api, scales, scheme)
	begun := &operated{client.ObjectKeyFromObject(scaledObject), api, handler, report}
	return begun, begun.reconcile()
}

func (o *operated) obey(order string) error {
	switch order {
	case "edit":
		return o.edit()
	case "query":
		go o.query()
		return nil
	}
	return fmt.Errorf("there is no order %q for a ScaledObject that is operated", order)
}

// reconcile is what KEDA's controller does of a ScaledObject that is new or edited: it asks for the metrics of the HPA,
// then has its loops begun.
func (o *operated) reconcile() error {
	ctx := context.Background()
	scaledObject := &kedav1alpha1.ScaledObject{}
	if err := o.api.Get(ctx, o.key, scaledObject); err != nil {
		return err
	}
	cache, err := o.handler.GetScalersCache(ctx, scaledObject.DeepCopy())
	if err != nil {
		return err
	}
	if err := o.noteMetrics(ctx, scaledObject, cache.GetMetricSpecForScaling(ctx)); err != nil {
		return err
	}
	return o.handler.HandleScalableObject(ctx, scaledObject)
}

// noteMetrics writes into the status what the scaler calls its metrics. Where it has not said it, the loops begin all
// the same, as they do for a ScaledObject of which another trigger has said it.
func (o *operated) noteMetrics(ctx context.Context, scaledObject *kedav1alpha1.ScaledObject, metrics []autoscalingv2.MetricSpec) error {
	if len(metrics) == 0 {
		return nil
	}
	before := scaledObject.DeepCopy()
	scaledObject.Status.ExternalMetricNames = nil
	for _, metric := range metrics {
		scaledObject.Status.ExternalMetricNames = append(scaledObject.Status.ExternalMetricNames, metric.External.Metric.Name)
	}
	return o.api.Status().Patch(ctx, scaledObject, client.MergeFrom(before))
}

// edit changes the generation, as the API server does at any change of the spec.
func (o *operated) edit() error {
	ctx := context.Background()
	scaledObject := &kedav1alpha1.ScaledObject{}
	if err := o.api.Get(ctx, o.key, scaledObject); err != nil {
		return err
	}
	before := scaledObject.DeepCopy()
	scaledObject.Generation++
	if err := o.api.Patch(ctx, scaledObject, client.MergeFrom(before)); err != nil {
		return err
	}
	return o.reconcile()
}

// query is what KEDA does when the HPA asks for the metric.
func (o *operated) query() {
	_, err := o.handler.GetScaledObjectMetrics(context.Background(), o.key.Name, o.key.Namespace, metricName)
	answer := event{ID: o.key.String(), Event: "queried"}
	if err != nil {
		answer.Error = err.Error()
	}
	o.report.add(answer)
}

const metricName = "s0-license-replicas"

// newScaledObject is as the README advises, and as KEDA's controller has reconciled it.
func newScaledObject(from order) *kedav1alpha1.ScaledObject {
	idle, minimum := int32(0), int32(2)
	return &kedav1alpha1.ScaledObject{
		TypeMeta: metav1.TypeMeta{Kind: "ScaledObject", APIVersion: kedav1alpha1.SchemeGroupVersion.String()},
		ObjectMeta: metav1.ObjectMeta{
			Namespace:         from.Namespace,
			Name:              from.Name,
			CreationTimestamp: metav1.NewTime(time.Now().Add(-time.Hour)),
		},
		Spec: kedav1alpha1.ScaledObjectSpec{
			ScaleTargetRef:   &kedav1alpha1.ScaleTarget{Name: from.Name},
			PollingInterval:  &from.PollingInterval,
			CooldownPeriod:   &from.CooldownPeriod,
			IdleReplicaCount: &idle,
			MinReplicaCount:  &minimum,
			Triggers:         []kedav1alpha1.ScaleTriggers{{Type: "external-push", Metadata: from.Trigger.Metadata}},
		},
		Status: kedav1alpha1.ScaledObjectStatus{
			ScaleTargetKind: "apps/v1.Deployment",
			ScaleTargetGVKR: &kedav1alpha1.GroupVersionKindResource{Group: "apps", Version: "v1", Kind: "Deployment", Resource: "deployments"},
			Conditions:      *kedav1alpha1.GetInitializedConditions(),
		},
	}
}

func newDeployment(from order) *appsv1.Deployment {
	return &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Namespace: from.Namespace, Name: from.Name},
		Spec: appsv1.DeploymentSpec{
			Replicas: &from.Replicas,
			Template: corev1.PodTemplateSpec{Spec: corev1.PodSpec{Containers: []corev1.Container{{Name: "main"}}}},
		},
	}
}
