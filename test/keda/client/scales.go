package main

import (
	"context"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv1 "k8s.io/api/autoscaling/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/scale"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// scales is the /scale subresource of the Deployments of one namespace.
type scales struct {
	// ScaleInterface stands for what KEDA does not call.
	scale.ScaleInterface
	client    client.Client
	namespace string
	report    *report
}

func (s *scales) Scales(string) scale.ScaleInterface { return s }

func (s *scales) Get(ctx context.Context, _ schema.GroupResource, name string, _ metav1.GetOptions) (*autoscalingv1.Scale, error) {
	deployment, err := s.deployment(ctx, name)
	if err != nil {
		return nil, err
	}
	return &autoscalingv1.Scale{
		ObjectMeta: metav1.ObjectMeta{Namespace: s.namespace, Name: name},
		Spec:       autoscalingv1.ScaleSpec{Replicas: *deployment.Spec.Replicas},
	}, nil
}

func (s *scales) Update(ctx context.Context, _ schema.GroupResource, wanted *autoscalingv1.Scale, _ metav1.UpdateOptions) (*autoscalingv1.Scale, error) {
	deployment, err := s.deployment(ctx, wanted.Name)
	if err != nil {
		return nil, err
	}
	deployment.Spec.Replicas = &wanted.Spec.Replicas
	s.report.add(event{ID: s.namespace + "/" + wanted.Name, Event: "scaled", Replicas: &wanted.Spec.Replicas})
	return wanted, s.client.Update(ctx, deployment)
}

func (s *scales) deployment(ctx context.Context, name string) (*appsv1.Deployment, error) {
	deployment := &appsv1.Deployment{}
	err := s.client.Get(ctx, client.ObjectKey{Namespace: s.namespace, Name: name}, deployment)
	return deployment, err
}
