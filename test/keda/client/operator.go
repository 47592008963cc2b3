package main

import (
	"context"
	"time"

	kedav1alpha1 "github.com/kedacore/keda/v2/apis/keda/v1alpha1"
	"github.com/kedacore/keda/v2/pkg/scalers/authentication"
	"github.com/kedacore/keda/v2/pkg/scaling"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
)

// operate gives a ScaledObject to KEDA's own scale handler: scale loop, push scaler and executor. The API server is
// played by controller-runtime's fake client; what KEDA scales the target to is reported.
func operate(from order, report *report) error {
	scheme := runtime.NewScheme()
	if err := clientgoscheme.AddToScheme(scheme); err != nil {
		return err
	}
	if err := kedav1alpha1.AddToScheme(scheme); err != nil {
		return err
	}
	scaledObject := newScaledObject(from)
	api := fake.NewClientBuilder().
		WithScheme(scheme).
		WithObjects(scaledObject, newDeployment(from)).
		WithStatusSubresource(scaledObject).
		Build()
	scales := &scales{client: api, namespace: from.Namespace, report: report}
	handler := scaling.NewScaleHandler(
		api, scales, scheme, 3*time.Second, newRecorder(), &authentication.AuthClientSet{},
	)
	return handler.HandleScalableObject(context.Background(), scaledObject)
}

// newScaledObject is as the README advises, and as KEDA's controller has reconciled it.
func newScaledObject(from order) *kedav1alpha1.ScaledObject {
	idle, minimum, cooldown := int32(0), int32(2), int32(0)
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
			CooldownPeriod:   &cooldown,
			IdleReplicaCount: &idle,
			MinReplicaCount:  &minimum,
			Triggers:         []kedav1alpha1.ScaleTriggers{{Type: "external-push", Metadata: from.Trigger.Metadata}},
		},
		Status: kedav1alpha1.ScaledObjectStatus{
			ExternalMetricNames: []string{"s0-license-replicas"},
			ScaleTargetKind:     "apps/v1.Deployment",
			ScaleTargetGVKR:     &kedav1alpha1.GroupVersionKindResource{Group: "apps", Version: "v1", Kind: "Deployment", Resource: "deployments"},
			Conditions:          *kedav1alpha1.GetInitializedConditions(),
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
